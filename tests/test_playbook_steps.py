"""Every process step of the five sources has its line in the playbooks, in three languages.

A line of a table: the item of the source (000 to 004), the section, the step's number, and a word of it in each language.
"""

from __future__ import annotations

import pytest

from sheetcrm.playbooks import playbook
from tests.tables import grid

RENEWAL = """
    item   | section       | step | es             | en               | ru
    000:15 | preparation   | 2    | salud          | health           | здоровье
    000:21 | preparation   | 1    | perfil         | profile          | карточку
    000:47 | preparation   | 1    | historia       | history          | историю
    000:47 | preparation   | 2    | salud          | health           | здоровье
    000:47 | preparation   | 3    | satisfacción   | satisfaction     | удовлетворённость
    000:47 | preparation   | 5    | aún no tiene   | don't have yet   | которых у клиента нет
    000:47 | preparation   | 7    | estrategia     | strategy         | стратегию
    000:47 | preparation   | 8    | propuesta      | proposal         | предложение
    000:47 | preparation   | 9    | oportunidad    | opportunity      | сделку
    000:47 | preparation   | 9    | por escrito    | in writing       | записать план
    000:48 | first_contact | 1    | llamar         | call             | позвонить
    000:48 | first_contact | 3    | presentar      | present          | представить
    000:48 | first_contact | 4    | negociar       | negotiate        | переговоры
    000:48 | first_contact | 5    | qué cambiaría  | would change     | изменить
    000:48 | first_contact | 6    | conversación   | conversation     | разговор
    000:48 | first_contact | 6    | oportunidad    | opportunity      | сделки
    000:48 | first_contact | 7    | siguiente paso | next step        | следующем шаге
    000:48 | first_contact | 7    | avanzado       | how far          | продвинулись
    000:49 | urgent        | 1    | hoy            | today            | сегодня
    000:49 | urgent        | 2    | objeciones     | objections       | возражений
    000:49 | urgent        | 3    | condiciones    | terms            | условия
    000:49 | final         | 2    | fecha de cierre | closing date    | дату закрытия
    000:49 | final         | 3    | siguiente      | next contract    | следующий договор
    000:49 | final         | 4    | perdido        | lost             | потерян
    000:49 | final         | 5    | documentación  | documents        | документы
    000:49 | final         | 6    | previsión      | forecast         | прогноз
    000:49 | final         | 7    | celebrarlo     | celebrate        | отметить
    000:50 | preparation   | 9    | 90 días        | 90 days          | 90 дней
    000:51 | preparation   | 7    | historia       | history          | истории
    000:51 | preparation   | 7    | oferta         | offer            | предложение
    000:56 | preparation   | 5    | al renovar     | renewal          | при продлении
    000:25 | first_contact | 2    | oportunidad    | opportunity      | сделку
    000:26 | first_contact | 1    | escribir       | write            | написать
    000:27 | first_contact | 1    | reunión        | meeting          | встречу
    000:28 | first_contact | 2    | quién la lleva | in charge        | ответственного
    000:30 | urgent        | 1    | quien decide   | who decides      | кто решает
    000:34 | critical      | 1    | prioritaria    | priority call    | срочный звонок
    000:35 | offer         | 2    | oferta         | offer            | предложение
    000:36 | critical      | 4    | diario         | every day        | каждый день
    000:20 | follow_up     | 1    | llamar         | call             | позвонить
    000:20 | recovery      | 3    | recuperación   | recovery         | возврат
    000:20 | loss_analysis | 3    | errores        | errors           | ошибки
    000:20 | loss_analysis | 5    | cierra         | closed           | закрыть
    001:14 | preparation   | 6    | valor entregado | value delivered | принесённую
    001:14 | first_contact | 3    | valor entregado | value delivered | принесённую
    002:19 | preparation   | 9    | plan           | plan             | план
    002:41 | preparation   | 4    | contratado     | agreed           | условия договора
    002:42 | preparation   | 5    | tecnología     | technology       | технологии
    002:43 | preparation   | 8    | por dentro     | internally       | внутри
    002:44 | final         | 2    | por escrito    | in writing       | письменно
    002:44 | final         | 5    | completa       | complete         | полностью
    003:8  | urgent        | 4    | pedido         | order            | заказ
    003:9  | final         | 3    | sin ella       | without one      | без неё
    003:9  | next_term     | 1    | fecha de fin   | end date         | дату окончания
"""

COMPLAINTS = """
    item   | section       | step | es              | en               | ru
    002:28 | service       | 2    | causa           | root cause       | корень
    002:29 | service       | 3    | para cuándo     | by when          | к какому дню
    002:30 | service       | 4    | prueba          | proof            | подтверждение
    002:31 | service       | 6    | satisfecho      | satisfied        | доволен
    002:31 | service       | 6    | desde hoy       | from now on      | теперь
    002:35 | service       | 1    | ticket          | ticket           | обращении
    002:36 | service       | 5    | escalarlo       | escalate         | поднять
    002:66 | service       | 7    | comprobar       | checked          | проверяемой
    002:48 | supply        | 1    | rastro          | trail            | следу
    002:49 | supply        | 2    | bloqueo de crédito | credit block  | кредитная блокировка
    002:49 | supply        | 2    | imprescindible  | essentials       | самое нужное
    002:49 | credit_block  | 3    | fechas de pago  | payment dates    | даты платежей
    002:50 | supply        | 3    | otro modelo     | another model    | другую модель
    002:51 | supply        | 4    | ticket interno  | internal ticket  | внутреннее обращение
    002:52 | consumable    | 2    | mal puesto      | fitted wrongly   | неверно
    002:53 | consumable    | 3    | lote            | lot number       | партии
    002:54 | repair        | 1    | segundo nivel   | second level     | второму уровню
    002:55 | repair        | 2    | por escrito     | write down       | записать
    002:56 | repair        | 3    | equivalente     | equivalent       | замену
    002:57 | visit         | 1    | papeles         | papers           | документы
    002:58 | visit         | 3    | disculpas       | apologise        | извиниться
    002:58 | visit         | 3    | el primero      | first            | первым
    002:59 | visit         | 2    | avisar antes    | before it passes | до его наступления
    002:37 | repeat_fault  | 2    | no esperar      | don't wait       | не ждать
    002:60 | repeat_fault  | 2    | segundo nivel   | second level     | второму уровню
    002:60 | repeat_fault  | 3    | papel           | paper            | бумага
    002:60 | repeat_fault  | 4    | consumible      | consumable       | расходнике
    002:60 | repeat_fault  | 5    | volumen         | volume           | объёмах
    002:61 | no_answer     | 2    | otra persona    | someone else     | другому
    002:62 | no_answer     | 3    | mientras tanto  | meanwhile        | пока
    002:63 | billing       | 1    | contrato        | contract         | договором
    002:64 | billing       | 2    | consumos        | consumption      | расход
    002:65 | no_answer     | 5    | una sola vía    | one channel      | одном канале
    002:65 | billing       | 4    | vía acordada    | channel agreed   | каналу
    002:11 | collections   | 4    | por escrito     | in writing       | письменно
    002:11 | credit_block  | 5    | desbloquear     | unblock          | снять блокировку
    002:12 | credit_block  | 4    | dirección       | direction        | дирекции
    001:22 | no_answer     | 6    | cada cuánto     | how often        | как часто
    001:22 | no_answer     | 7    | informado       | informed         | сведений
    001:22 | service       | 6    | satisfecho      | satisfied        | доволен
"""

LOSS = """
    item   | section        | step | es             | en               | ru
    002:67 | lost_diagnosis | 2    | motivo real    | real reason      | настоящую причину
    002:68 | lost_diagnosis | 3    | otro           | someone else     | у другого
    002:69 | lost_diagnosis | 4    | errores        | errors           | ошибки
    002:70 | lost_diagnosis | 5    | volviera       | return           | вернулся
    002:71 | reactivation   | 1    | en persona     | in person        | личной
    002:72 | reactivation   | 3    | con medida     | in measure       | в меру
    002:73 | reactivation   | 4    | su sector      | their industry   | его отрасли
    002:74 | lost_diagnosis | 6    | desbloqueos    | unblockings      | снятие блокировок
    003:12 | lost_diagnosis | 3    | renovó con otro | renewed with someone else | продлил у другого
    001:24 | ambassador     | 3    | presente       | introduce        | познакомить
    001:25 | ex_client      | 2    | novedad        | news             | новость
    001:25 | ex_client      | 3    | boletín        | newsletter       | рассылку
"""

GROWTH = """
    item   | section     | step | es             | en              | ru
    001:19 | portfolio_review | 6 | próxima venta | next sale       | следующую продажу
    001:20 | cross_sell  | 1    | no compra      | doesn't buy     | не покупает
    001:21 | upsell      | 1    | nivel superior | higher level    | уровень выше
    001:21 | upsell      | 2    | actualización  | upgrade         | обновление
    001:21 | upsell      | 2    | versión        | version         | версию
    001:21 | upsell      | 3    | más tiempo     | for longer      | больший срок
    001:21 | upsell      | 3    | renovar        | renew           | продлить
    001:21 | upsell      | 4    | más personas   | more people     | больше людей
    001:21 | upsell      | 5    | más crítico    | more critical   | важнее
    001:21 | upsell      | 6    | pendiente      | pending         | несделанным
    001:21 | upsell      | 7    | cualquier hora | any hour        | любой час
    001:11 | proactive_contact | 2 | antes        | before          | раньше
    001:23 | other_departments | 1 | servicio     | service         | сервису
    002:1  | retain      | 1    | cuidar         | look after      | беречь
    002:1  | retain      | 3    | riesgo         | risk            | риск
    002:1  | retain      | 4    | ampliar        | expand          | расширяться
    002:1  | expansion   | 1    | primero se arregla | mend first  | сначала исправить
    002:3  | retain      | 2    | pruebas        | proof           | доказательства
    002:45 | expansion   | 2    | sedes nuevas   | new branches    | новые филиалы
    002:46 | expansion   | 4    | no solo un descuento | not only a discount | не одну скидку
    002:47 | expansion   | 5    | implanta       | introduced      | внедряем
    004:23 | after_meeting | 3  | oportunidad    | opportunity     | сделку
"""

PORTFOLIO = """
    item   | section          | step | es             | en             | ru
    001:5  | tier_review      | 3    | sube o baja    | up or down     | поднять или опустить
    001:10 | more_contacts    | 2    | dos personas   | two more people | двумя людьми
    001:13 | relationship     | 2    | avances        | progress       | сделанному
    001:15 | low_account      | 1    | no ir nosotros | don't go looking | не искать
    001:16 | low_account      | 2    | tarifa         | rate           | ставку
    001:17 | difficult        | 4    | dirección      | direction      | дирекцией
    001:18 | difficult        | 3    | contraten a nuestra gente | hiring our people | переманивать
    001:27 | portfolio_review | 4    | tiempo         | time           | время
    002:15 | executive_report | 5    | en persona     | in person      | лично
    002:20 | relationship     | 1    | ningún problema | no problem    | всё хорошо
    002:33 | executive_report | 1    | plazos         | deadlines      | сроки
    002:33 | executive_report | 2    | cambiado       | changed        | заменили
    002:33 | executive_report | 3    | riesgos        | risks          | риски
    002:33 | executive_report | 4    | próximos pasos | next steps     | следующие шаги
    002:34 | relationship     | 5    | acta           | minutes        | протокол
    002:38 | survey           | 2    | mismas preguntas | same questions | одни и те же вопросы
    002:39 | survey_analysis  | 1    | tendencia      | trend          | куда идут
    002:39 | survey_analysis  | 2    | roce           | friction       | трений
    002:40 | survey_analysis  | 3    | responsable    | a name         | с именем
    002:8  | after_meeting    | 1    | acta           | minutes        | протокол
    002:8  | risk_plan        | 3    | responsable    | owner          | ответственный
    004:1  | annual_review    | 1    | perdidos       | lost           | потерянным
    004:4  | annual_review    | 4    | candidatos     | prospects      | возможных клиентов
    004:9  | retain           | 1    | objetivo       | target         | цель
    004:10 | reprice          | 3    | tarifa         | rate           | ставку
    004:11 | develop          | 1    | otros          | others         | других
    004:11 | maintain         | 3    | margen         | margin         | маржу
    004:12 | streamline       | 1    | petición       | on request     | по запросу
    004:13 | portfolio_review | 4    | más llama      | calls most     | чаще звонит
"""


def missing(table: str) -> list[str]:
    """The lines of a table whose step does not say what the source asks for."""
    books = {language: playbook(language) for language in ("es", "en", "ru")}
    _, *lines = grid(table)
    found = []
    for item, section, step, *words in lines:
        for language, word in zip(books, words, strict=True):
            said = books[language][str(section)][int(str(step)) - 1]
            if str(word).casefold() not in said.casefold():
                found.append(f"{item} {section} {step} {language}: {word!r} is not in {said!r}")
    return found


def test_the_phases_of_a_renewal_and_what_follows_a_loss() -> None:
    assert missing(RENEWAL) == []


def test_what_to_do_about_each_kind_of_complaint() -> None:
    assert missing(COMPLAINTS) == []


def test_how_a_lost_customer_is_understood_and_asked_again() -> None:
    assert missing(LOSS) == []


def test_how_to_grow_without_hurting_the_relationship() -> None:
    assert missing(GROWTH) == []


def test_how_a_portfolio_is_looked_after() -> None:
    assert missing(PORTFOLIO) == []


@pytest.mark.parametrize("table", [RENEWAL, COMPLAINTS, LOSS, GROWTH, PORTFOLIO])
def test_a_step_that_is_gone_is_noticed(table: str) -> None:
    assert len(missing(table.replace("| 1 ", "| 2 "))) > 0
